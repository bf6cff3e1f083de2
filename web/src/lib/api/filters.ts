/** The filters that usage and records share; `""` means "without one". */
export interface RecordFilters {
  projectId?: readonly number[];
  environment?: readonly string[];
  provider?: readonly string[];
  model?: readonly string[];
  feature?: readonly string[];
  status?: readonly string[];
}
