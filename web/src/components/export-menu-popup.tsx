import { useMutation } from '@tanstack/react-query';
import { cloneElement, type ReactElement } from 'react';
import { HttpError, requestFile } from '../lib/http.ts';
import { saveFile } from '../lib/save-file.ts';
import type { ExportMenuProps } from './export-menu.tsx';
import type { ButtonProps } from './ui/button.tsx';
import { Menu, MenuItem, MenuSeparator } from './ui/menu.tsx';
import { toast } from './ui/toast.tsx';

const FORMATS = [
  { value: 'csv', label: 'CSV, for spreadsheets' },
  { value: 'json', label: 'JSON' },
  { value: 'jsonl', label: 'JSON lines' },
];

export default function ExportMenuPopup({
  trigger,
  path,
  query = {},
  formats = [],
  onTooLarge,
  actions = [],
}: ExportMenuProps & { trigger: ReactElement<ButtonProps> }) {
  const save = useMutation({
    mutationFn: async (format: string) => {
      const chosen = typeof query === 'function' ? query() : query;
      try {
        const { name, body } = await requestFile(path, { ...chosen, format });
        saveFile(name, body);
      } catch (error) {
        const isTooLarge = error instanceof HttpError && error.code === 'export_too_large';
        if (!isTooLarge || !onTooLarge) throw error;
        onTooLarge(format, chosen);
      }
    },
    onError: (error) => toast(error.message, 'bad'),
  });
  return (
    <Menu trigger={cloneElement(trigger, { loading: save.isPending })} align="end" defaultOpen>
      {[...FORMATS, ...formats].map(({ value, label }) => (
        <MenuItem key={value} onClick={() => save.mutate(value)}>
          {label}
        </MenuItem>
      ))}
      {actions.length > 0 && <MenuSeparator />}
      {actions.map(({ label, onClick }) => (
        <MenuItem key={label} onClick={onClick}>
          {label}
        </MenuItem>
      ))}
    </Menu>
  );
}
