import { useMe } from '../../lib/api/me.ts';

/** Tells a password manager whose password it is. Not shown: the person knows. */
export const OwnUsername = () => (
  <input type="text" name="username" autoComplete="username" value={useMe().user.email} readOnly hidden />
);
