import { ArrowLeft } from 'lucide-react';
import { Button } from './button.tsx';

/** From one thing back to all of its kind. */
export const BackButton = ({ onClick, children }: { onClick: () => void; children: string }) => (
  <Button
    variant="ghost"
    size="sm"
    className="-ml-2 self-start"
    icon={<ArrowLeft size={13} aria-hidden />}
    onClick={onClick}
  >
    {children}
  </Button>
);
