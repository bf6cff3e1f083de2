import { Segmented } from '../../../components/ui/segmented.tsx';
import { setTheme, useThemeChoice } from '../../../lib/theme.ts';
import { useTitle } from '../../../lib/title.ts';
import { Buttons, Choices, Fields, Overlays } from './controls.tsx';
import { Charts, Figures, States, Tables } from './displays.tsx';
import { Tokens } from './tokens.tsx';

/** Every component in all its states, for those who build with them. Reached only by its address. */
export function GalleryPage() {
  useTitle('Gallery');
  const theme = useThemeChoice();
  return (
    <main className="mx-auto flex max-w-6xl flex-col gap-4 px-4 py-8 lg:px-8">
      <div className="flex items-center justify-between">
        <h1 className="text-xl font-semibold tracking-tight">Gallery</h1>
        <Segmented
          label="Theme"
          value={theme}
          onChange={setTheme}
          options={[
            { value: 'system', label: 'System' },
            { value: 'light', label: 'Light' },
            { value: 'dark', label: 'Dark' },
          ]}
        />
      </div>
      <Tokens />
      <Buttons />
      <Fields />
      <Choices />
      <Overlays />
      <Figures />
      <Tables />
      <Charts />
      <States />
    </main>
  );
}
