import { Check, Copy } from 'lucide-react';
import { useEffect, useState } from 'react';
import { copyText } from '../../lib/clipboard.ts';
import { Button, type ButtonStyle } from './button.tsx';

const CONFIRMED_MS = 1_600;

export interface CopyButtonProps extends ButtonStyle {
  text: string;
  /** What is copied, e.g. "Copy key". */
  label: string;
  /** Shows the icon alone. */
  iconOnly?: boolean;
  className?: string;
}

export function CopyButton({ text, label, iconOnly = false, className, ...style }: CopyButtonProps) {
  const [state, setState] = useState<'idle' | 'copied' | 'failed'>('idle');
  useEffect(() => {
    if (state === 'idle') return;
    const timer = setTimeout(() => setState('idle'), CONFIRMED_MS);
    return () => clearTimeout(timer);
  }, [state]);
  const copy = async () => setState((await copyText(text)) ? 'copied' : 'failed');
  const words = { idle: label, copied: 'Copied', failed: 'Press Ctrl+C' }[state];
  return (
    <Button
      {...style}
      square={iconOnly}
      onClick={() => void copy()}
      {...(className === undefined ? {} : { className })}
      aria-label={iconOnly ? words : undefined}
      title={iconOnly ? words : undefined}
      icon={state === 'copied' ? <Check size={14} className="text-good" aria-hidden /> : <Copy size={14} aria-hidden />}
    >
      {!iconOnly && <span aria-live="polite">{words}</span>}
    </Button>
  );
}
