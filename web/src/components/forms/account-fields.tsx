import type { UseFormReturn } from 'react-hook-form';
import { Field } from '../ui/field.tsx';
import { emailRules, NEW_PASSWORD_HINT, newPasswordRules } from './account-rules.ts';

export interface NewAccount {
  name: string;
  email: string;
  password: string;
}

export interface AccountFieldsProps {
  form: Pick<UseFormReturn<NewAccount>, 'register' | 'formState'>;
  /** Where the address is known already, it is not asked for. */
  withEmail?: boolean;
}

/** What is asked of somebody who makes an account. */
export function AccountFields({ form: { register, formState }, withEmail = true }: AccountFieldsProps) {
  const { errors } = formState;
  return (
    <>
      <Field
        label="Name"
        autoComplete="name"
        error={errors.name?.message}
        {...register('name', { required: 'Enter your name.' })}
      />
      {withEmail && (
        <Field
          label="Email"
          type="email"
          autoComplete="username"
          error={errors.email?.message}
          {...register('email', emailRules)}
        />
      )}
      <Field
        label="Password"
        type="password"
        autoComplete="new-password"
        hint={NEW_PASSWORD_HINT}
        error={errors.password?.message}
        {...register('password', newPasswordRules)}
      />
    </>
  );
}
