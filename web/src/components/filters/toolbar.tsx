import { EnvironmentPicker } from './environment-picker.tsx';
import { ProjectPicker } from './project-picker.tsx';
import { RangePicker } from './range-picker.tsx';

/** The pickers that stand on every page of figures. */
export const Toolbar = () => (
  <>
    <ProjectPicker />
    <EnvironmentPicker />
    <RangePicker />
  </>
);
