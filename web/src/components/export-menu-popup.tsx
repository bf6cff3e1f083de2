import { useMutation } from '@tanstack/react-query';
import type { ReactElement } from 'react';
import { requestFile } from '../lib/http.ts';
import { saveFile } from '../lib/save-file.ts';
import type { ExportMenuProps } from './export-menu.tsx';
import { Menu, MenuItem } from './ui/menu.tsx';
import { toast } from './ui/toast.tsx';

const FORMATS = [
  { value: 'csv', label: 'CSV, for spreadsheets' },
  { value: 'json', label: 'JSON' },
  { value: 'jsonl', label: 'JSON lines' },
] as const;

export default function ExportMenuPopup({ trigger, path, query }: ExportMenuProps & { trigger: ReactElement }) {
  const save = useMutation({
    mutationFn: async (format: string) => {
      const { name, body } = await requestFile(path, { ...query, format });
      saveFile(name, body);
    },
    onError: (error) => toast(error.message, 'bad'),
  });
  return (
    <Menu trigger={trigger} align="end" defaultOpen>
      {FORMATS.map(({ value, label }) => (
        <MenuItem key={value} onClick={() => save.mutate(value)}>
          {label}
        </MenuItem>
      ))}
    </Menu>
  );
}
