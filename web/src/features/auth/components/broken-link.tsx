import { Link } from '@tanstack/react-router';
import { AuthFrame } from './auth-frame.tsx';

export const BrokenLink = ({ why }: { why?: string }) => (
  <AuthFrame
    title="This link does not work"
    description={why ?? 'It is not complete. Copy it whole from the mail, or ask for a new one.'}
    footer={<Link to="/login">Go to log in</Link>}
  />
);
