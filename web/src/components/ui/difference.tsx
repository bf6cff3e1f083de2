import { subtractDecimals } from '../../lib/decimal.ts';
import { exactUsd, formatUsd } from '../../lib/money.ts';

const withPlus = (text: string, usd: string) => (usd.startsWith('-') ? text : `+${text}`);

/** An amount with its sign, every digit. */
export const signedUsd = (usd: string): string => withPlus(exactUsd(usd), usd);

/** `after − before` with its sign, neither good nor bad; every digit on hover. */
export function Difference({ before, after, places }: { before: string; after: string; places?: number }) {
  const usd = subtractDecimals(after, before);
  if (usd === '0') {
    return (
      <span className="relative text-subtle" title="$0.00">
        —
      </span>
    );
  }
  return (
    <span className="relative nums" title={signedUsd(usd)}>
      {withPlus(formatUsd(usd, places), usd)}
    </span>
  );
}
