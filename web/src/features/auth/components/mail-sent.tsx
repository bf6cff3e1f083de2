import type { ReactNode } from 'react';
import { AuthFrame } from './auth-frame.tsx';

/** Says the same whether a mail was sent or not. */
export const MailSent = ({ email, children, footer }: { email: string; children: string; footer: ReactNode }) => (
  <AuthFrame
    title="Check your inbox"
    description={
      <>
        We have your request for <strong className="font-medium wrap-anywhere text-ink">{email}</strong>. {children}
      </>
    }
    footer={footer}
  />
);
