import { Box, Plus, Search } from 'lucide-react';
import { useId, useState } from 'react';
import { Button } from '../../../components/ui/button.tsx';
import { CopyButton } from '../../../components/ui/copy-button.tsx';
import { ConfirmDialog, Dialog, DialogActions, Sheet } from '../../../components/ui/dialog.tsx';
import { Checkbox, Field, FormError } from '../../../components/ui/field.tsx';
import { Menu, MenuItem, MenuRadio, MenuSeparator } from '../../../components/ui/menu.tsx';
import { Picker } from '../../../components/ui/picker.tsx';
import { Popover } from '../../../components/ui/popover.tsx';
import { Segmented } from '../../../components/ui/segmented.tsx';
import { SuggestField } from '../../../components/ui/suggest-field.tsx';
import { Switch } from '../../../components/ui/switch.tsx';
import { Tabs } from '../../../components/ui/tabs.tsx';
import { toast } from '../../../components/ui/toast.tsx';
import { Tooltip } from '../../../components/ui/tooltip.tsx';
import { Specimen, State } from './specimen.tsx';

const nothing = () => undefined;

export const Buttons = () => (
  <Specimen name="Button">
    {(['primary', 'secondary', 'ghost', 'danger'] as const).map((variant) => (
      <State key={variant} name={variant}>
        <div className="flex items-center gap-2">
          <Button variant={variant}>Create key</Button>
          <Button variant={variant} icon={<Plus size={14} aria-hidden />} size="sm">
            Small
          </Button>
          <Button variant={variant} loading>
            Saving
          </Button>
          <Button variant={variant} disabled>
            Disabled
          </Button>
        </div>
      </State>
    ))}
    <State name="square, copy">
      <div className="flex items-center gap-2">
        <Button square aria-label="Search">
          <Search size={14} aria-hidden />
        </Button>
        <CopyButton text="tgk_example" label="Copy key" />
        <CopyButton text="tgk_example" label="Copy key" iconOnly variant="ghost" />
      </div>
    </State>
  </Specimen>
);

export const Fields = () => (
  <Specimen name="Field, Checkbox, SuggestField, FormError">
    <Field label="Name" placeholder="production" className="w-56" />
    <Field label="With a hint" hint="At least 10 characters." className="w-56" />
    <Field label="With an error" defaultValue="dana@" error="Must be an email address." className="w-56" />
    <Field label="Disabled" defaultValue="Default" disabled className="w-56" />
    <Checkbox label="Only calls without a cost" hint="Leaves alone what has one." defaultChecked />
    <Suggested />
    <FormError>Email or password is wrong.</FormError>
  </Specimen>
);

function Suggested() {
  const [text, setText] = useState('gpt');
  const suggestions = MODELS.filter((model) => model.includes(text)).map((value) => ({ value, hint: '$0.75' }));
  return (
    <SuggestField label="With suggestions" value={text} onChange={setText} suggestions={suggestions} className="w-56" />
  );
}

const MODELS = ['gpt-5.4', 'gpt-5.4-mini', 'claude-sonnet-4-6', 'claude-haiku-4-5', 'gemini-3.5-flash'];
const OPTIONS = MODELS.map((model, index) => ({ value: model, label: model, hint: String(900 - index * 170) }));

export function Choices() {
  const [model, setModel] = useState('gpt-5.4');
  const [several, setSeveral] = useState(['gpt-5.4']);
  const [tab, setTab] = useState<'one' | 'two'>('one');
  const [on, setOn] = useState(true);
  const id = useId();
  return (
    <Specimen name="Picker, Segmented, Tabs, Switch">
      <State name="picker">
        <Picker
          label="Model"
          options={OPTIONS}
          selected={[model]}
          onChoose={setModel}
          icon={<Box size={14} className="text-subtle" aria-hidden />}
        />
      </State>
      <State name="searched, several">
        <Picker
          label="Models"
          text={`${several.length} models`}
          options={OPTIONS}
          selected={several}
          search="Find a model"
          multiple
          onChoose={(value) =>
            setSeveral((now) => (now.includes(value) ? now.filter((other) => other !== value) : [...now, value]))
          }
        />
      </State>
      <State name="empty">
        <Picker
          label="Feature"
          text="No features"
          options={[]}
          selected={[]}
          onChoose={nothing}
          empty="No features yet"
        />
      </State>
      <State name="segmented">
        <Segmented
          label="Tab"
          value={tab}
          onChange={setTab}
          options={[
            { value: 'one', label: 'Chart' },
            { value: 'two', label: 'Table' },
          ]}
        />
      </State>
      <State name="switch">
        <div className="flex items-center gap-3">
          <span id={id}>Captured text</span>
          <Switch checked={on} onChange={setOn} labelledBy={id} />
          <Switch checked disabled onChange={nothing} labelledBy={id} />
        </div>
      </State>
      <div className="w-full">
        <Tabs
          label="Tabs"
          value={tab}
          onChange={setTab}
          tabs={[
            { value: 'one', label: 'OpenAI' },
            { value: 'two', label: 'Anthropic' },
          ]}
        >
          <p className="text-sm text-muted">The panel of the tab “{tab}”.</p>
        </Tabs>
      </div>
    </Specimen>
  );
}

export function Overlays() {
  const [open, setOpen] = useState<'dialog' | 'confirm' | 'sheet'>();
  const [popover, setPopover] = useState(false);
  const [density, setDensity] = useState('comfortable');
  const close = (next: boolean) => !next && setOpen(undefined);
  return (
    <Specimen name="Dialog, ConfirmDialog, Sheet, Menu, Popover, Tooltip, Toast">
      <Button onClick={() => setOpen('dialog')}>Dialog</Button>
      <Button onClick={() => setOpen('confirm')}>Confirm</Button>
      <Button onClick={() => setOpen('sheet')}>Sheet</Button>
      <Menu trigger={<Button>Menu</Button>}>
        <MenuRadio
          label="Density"
          value={density}
          onChange={setDensity}
          options={[
            { value: 'comfortable', label: 'Comfortable' },
            { value: 'compact', label: 'Compact' },
          ]}
        />
        <MenuSeparator />
        <MenuItem onClick={nothing}>Rename</MenuItem>
        <MenuItem danger onClick={nothing}>
          Remove
        </MenuItem>
      </Menu>
      <Popover label="Popover" open={popover} onOpenChange={setPopover} trigger={<Button>Popover</Button>}>
        <p className="w-56 p-3 text-sm text-muted">Something that belongs to its button.</p>
      </Popover>
      <Tooltip content="$1,204.331500000001">
        <Button>Tooltip</Button>
      </Tooltip>
      <Button onClick={() => toast('The export is ready.')}>Toast</Button>
      <Button onClick={() => toast('The export failed: the disk is full.', 'bad')}>Toast of a failure</Button>
      <Dialog
        open={open === 'dialog'}
        onOpenChange={close}
        title="New project"
        description="A project has its own keys."
      >
        <div className="mt-4">
          <Field label="Name" />
        </div>
        <DialogActions>
          <Button onClick={() => setOpen(undefined)}>Cancel</Button>
          <Button variant="primary">Create project</Button>
        </DialogActions>
      </Dialog>
      <ConfirmDialog
        open={open === 'confirm'}
        onOpenChange={close}
        title="Revoke the key “production”?"
        consequence="Programs that use tgk_9fK2… stop recording at once, and it cannot be undone."
        action="Revoke key"
        onConfirm={() => setOpen(undefined)}
      />
      <Sheet open={open === 'sheet'} onOpenChange={close} title="claude-sonnet-4-6">
        <p className="p-5 text-sm text-muted">Details.</p>
      </Sheet>
    </Specimen>
  );
}
