import type { Channel, ChannelKind } from '@tokengrip/core/contract/channels';
import type { FieldErrors, UseFormRegister } from 'react-hook-form';
import { Field } from '../../../components/ui/field.tsx';
import type { ChannelInput } from '../channel-input.ts';

export interface DestinationFieldProps {
  kind: ChannelKind;
  edited: Channel | undefined;
  mail: boolean;
  register: UseFormRegister<ChannelInput>;
  errors: FieldErrors<ChannelInput>;
}

/** Where a channel of this kind leads. What is secret of one that exists is not shown, and stays if nothing is typed. */
export function DestinationField({ kind, edited, mail, register, errors }: DestinationFieldProps) {
  // What is left empty stays.
  const matches = (text: string, shape: RegExp) =>
    shape.test(text.trim()) || (edited !== undefined && text.trim() === '');
  const stays = edited ? ` Leave it empty to keep ${edited.target}.` : '';
  if (kind === 'email') {
    return (
      <Field
        label="Addresses"
        inputMode="email"
        autoComplete="off"
        placeholder="team@example.com, ada@example.com"
        hint={
          mail
            ? 'Several with commas between them, 20 at most.'
            : 'This installation sends no mail yet: whoever runs it sets SMTP_URL.'
        }
        error={errors.addresses?.message}
        {...register('addresses', { validate: (text) => text.trim() !== '' || 'Enter an address.' })}
      />
    );
  }
  if (kind === 'pagerduty') {
    return (
      <Field
        key="pagerduty"
        label="Integration key"
        autoComplete="off"
        spellCheck={false}
        placeholder="32 letters and digits"
        hint={`Of a service’s integration “Events API v2”. Alerts that are over resolve their incident.${stays}`}
        error={errors.routingKey?.message}
        {...register('routingKey', {
          validate: (text) => matches(text, /^[0-9A-Za-z]{32}$/) || 'Enter the key: 32 letters and digits.',
        })}
      />
    );
  }
  const isSlack = kind === 'slack';
  return (
    <Field
      key={kind}
      label={isSlack ? 'Webhook URL' : 'URL'}
      type="url"
      autoComplete="off"
      spellCheck={false}
      placeholder={isSlack ? 'https://hooks.slack.com/services/…' : 'https://example.com/tokengrip'}
      hint={
        isSlack
          ? `Of an incoming webhook of your Slack workspace. It is a secret, and stored sealed.${stays}`
          : `Gets signed requests with POST. Private addresses only where the operator allows them.${stays}`
      }
      error={errors.url?.message}
      {...register('url', {
        validate: (text) => matches(text, /^https?:\/\/./) || 'Enter an address that begins with https:// or http://.',
      })}
    />
  );
}
