import { Link, Navigate, Outlet, useParams } from '@tanstack/react-router';
import { Plus } from 'lucide-react';
import { useState } from 'react';
import { StickyHeader } from '../../../components/sticky-header.tsx';
import { Badge } from '../../../components/ui/badge.tsx';
import { Button } from '../../../components/ui/button.tsx';
import { useMay, useMe } from '../../../lib/api/me.ts';
import { readAppSearch } from '../../../lib/search.ts';
import { useTitle } from '../../../lib/title.ts';
import { NewProjectDialog } from './new-project-dialog.tsx';

export function ProjectsPage() {
  useTitle('Projects & keys');
  const { projects } = useMe();
  const { projectId } = useParams({ strict: false });
  const [creating, setCreating] = useState(false);
  const mayManage = useMay('projects.manage');
  const first = projects[0];
  if (projectId === undefined && first) {
    return (
      <Navigate
        to="/settings/projects/$projectId"
        params={{ projectId: String(first.id) }}
        search={readAppSearch}
        replace
      />
    );
  }
  return (
    <>
      <StickyHeader title="Projects & keys">
        {mayManage && (
          <Button icon={<Plus size={14} aria-hidden />} onClick={() => setCreating(true)}>
            New project
          </Button>
        )}
      </StickyHeader>
      <div className="mx-auto flex w-full max-w-7xl gap-8 px-4 pt-6 pb-12 max-md:flex-col max-md:gap-4 lg:px-8">
        <nav aria-label="Projects" className="shrink-0 md:w-52">
          <ul className="flex gap-0.5 max-md:overflow-x-auto md:flex-col">
            {projects.map((project) => (
              <li key={project.id} className="min-w-0 shrink-0">
                <Link
                  to="/settings/projects/$projectId"
                  params={{ projectId: String(project.id) }}
                  search={readAppSearch}
                  activeOptions={{ includeSearch: false }}
                  className="flex h-8 items-center justify-between gap-2 rounded-sm px-2.5 text-sm font-medium transition-colors"
                  activeProps={{ className: 'bg-pressed text-ink' }}
                  inactiveProps={{ className: 'text-muted hover:bg-hover hover:text-ink' }}
                >
                  <span className="truncate">{project.name}</span>
                  {project.demo && <Badge tone="warn">Demo</Badge>}
                </Link>
              </li>
            ))}
          </ul>
        </nav>
        <div className="min-w-0 flex-1">
          <Outlet />
        </div>
      </div>
      <NewProjectDialog open={creating} onOpenChange={setCreating} />
    </>
  );
}
