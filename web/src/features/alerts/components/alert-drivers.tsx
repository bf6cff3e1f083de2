import type { AlertDriver } from '@tokengrip/core/contract/alerts';
import { ShareBar } from '../../../components/ui/bar.tsx';
import { recordPath } from '../record-path.ts';
import { CodeText } from './code-text.tsx';
import { PathLink } from './path-link.tsx';

/** What of it comes from where, the largest share first. */
export const AlertDrivers = ({ drivers, timeZone }: { drivers: readonly AlertDriver[]; timeZone: string }) => (
  <section className="border-t border-line px-4 py-3">
    <h3 className="mb-2 text-xs font-medium text-subtle">What drives it</h3>
    <ul className="flex flex-col gap-3">
      {drivers.map((driver) => (
        <li key={`${driver.dimension} ${driver.value}`}>
          <p className="flex items-baseline justify-between gap-3 text-sm">
            {driver.path === undefined ? (
              <span className="min-w-0 font-mono text-xs break-all text-ink">{driver.label}</span>
            ) : (
              <PathLink
                path={recordPath(driver.path, timeZone)}
                className="min-w-0 rounded-xs font-mono text-xs break-all text-ink hover:underline"
              >
                {driver.label}
              </PathLink>
            )}
            {driver.sharePercent !== null && (
              <span className="shrink-0 text-xs text-muted nums">{Math.round(driver.sharePercent)} %</span>
            )}
          </p>
          {driver.sharePercent !== null && <ShareBar share={driver.sharePercent / 100} className="mt-1 h-1.5" />}
          <p className="mt-1 text-xs text-subtle">
            <CodeText text={driver.sentence} />
          </p>
        </li>
      ))}
    </ul>
  </section>
);
