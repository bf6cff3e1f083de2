import { CircleAlert, CircleCheck, X } from 'lucide-react';
import { useEffect, useSyncExternalStore } from 'react';
import { cn } from '../../lib/cn.ts';

interface Notice {
  id: number;
  tone: 'good' | 'bad';
  text: string;
}

const LIFETIME_MS = 5_000;
let notices: readonly Notice[] = [];
let lastId = 0;
const listeners = new Set<() => void>();

function change(next: readonly Notice[]) {
  notices = next;
  for (const listener of listeners) listener();
}

/** Tells the outcome of an action at the edge of the page. Only for what the page does not show anyhow. */
export function toast(text: string, tone: Notice['tone'] = 'good') {
  lastId += 1;
  change([...notices.slice(-2), { id: lastId, tone, text }]);
}

const dismiss = (id: number) => change(notices.filter((notice) => notice.id !== id));

function subscribe(listener: () => void) {
  listeners.add(listener);
  return () => {
    listeners.delete(listener);
  };
}

/** Where toasts appear; once in the application. */
export function Toaster() {
  const shown = useSyncExternalStore(subscribe, () => notices);
  return (
    <div
      role="status"
      aria-live="polite"
      className="pointer-events-none fixed inset-x-4 bottom-4 z-60 flex flex-col items-end gap-2 sm:left-auto"
    >
      {shown.map((notice) => (
        <ToastCard key={notice.id} notice={notice} />
      ))}
    </div>
  );
}

function ToastCard({ notice }: { notice: Notice }) {
  useEffect(() => {
    const timer = setTimeout(() => dismiss(notice.id), LIFETIME_MS);
    return () => clearTimeout(timer);
  }, [notice.id]);
  const Icon = notice.tone === 'good' ? CircleCheck : CircleAlert;
  return (
    <div className="pointer-events-auto flex w-80 max-w-full items-start gap-2.5 rounded-md border border-line bg-surface py-2.5 pr-2 pl-3 text-sm text-ink shadow-popup">
      <Icon
        size={16}
        aria-hidden
        className={cn('mt-0.5 shrink-0', notice.tone === 'good' ? 'text-good' : 'text-bad')}
      />
      <span className="min-w-0 flex-1 break-words">{notice.text}</span>
      <button
        type="button"
        aria-label="Dismiss"
        onClick={() => dismiss(notice.id)}
        className="rounded-xs p-0.5 text-subtle hover:bg-hover hover:text-ink"
      >
        <X size={14} aria-hidden />
      </button>
    </div>
  );
}
