import type { QueryClient } from '@tanstack/react-query';
import {
  createRootRouteWithContext,
  createRoute,
  createRouter,
  lazyRouteComponent,
  Outlet,
  redirect,
} from '@tanstack/react-router';
import { statusQuery } from '../lib/api/status.ts';
import {
  parseSearch,
  readAlertsSearch,
  readAppSearch,
  readAuditSearch,
  readChannelsSearch,
  readExploreSearch,
  readOverviewSearch,
  readPricesSearch,
  readRecordsSearch,
  readSavingsSearch,
  stringifySearch,
} from '../lib/search.ts';
import { requireSession, requireSetupOrSession, safeRedirect } from './guards.ts';
import { NotFound, PageError, PagePending } from './page-states.tsx';
import { Shell } from './shell/shell.tsx';

interface RouterContext {
  queryClient: QueryClient;
}

const rootRoute = createRootRouteWithContext<RouterContext>()({ component: Outlet });

const loginRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: '/login',
  validateSearch: (raw): { redirect?: string } => {
    const target = safeRedirect(raw.redirect);
    return target === undefined ? {} : { redirect: target };
  },
  loader: async ({ context }) => {
    const { setupRequired } = await context.queryClient.ensureQueryData(statusQuery);
    if (setupRequired) throw redirect({ to: '/welcome' });
  },
  component: lazyRouteComponent(() => import('../features/auth/components/login-page.tsx'), 'LoginPage'),
});

const registerRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: '/register',
  loader: ({ context }) => context.queryClient.ensureQueryData(statusQuery),
  component: lazyRouteComponent(() => import('../features/auth/components/register-page.tsx'), 'RegisterPage'),
});

const forgotPasswordRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: '/forgot-password',
  loader: ({ context }) => context.queryClient.ensureQueryData(statusQuery),
  component: lazyRouteComponent(() => import('../features/auth/components/forgot-page.tsx'), 'ForgotPage'),
});

const resetPasswordRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: '/reset-password',
  component: lazyRouteComponent(() => import('../features/auth/components/reset-page.tsx'), 'ResetPage'),
});

const confirmEmailRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: '/confirm-email',
  component: lazyRouteComponent(() => import('../features/auth/components/confirm-email-page.tsx'), 'ConfirmEmailPage'),
});

const welcomeRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: '/welcome',
  beforeLoad: ({ context }) => requireSetupOrSession(context.queryClient),
  component: lazyRouteComponent(() => import('../features/welcome/components/welcome-page.tsx'), 'WelcomePage'),
});

const galleryRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: '/gallery',
  component: lazyRouteComponent(() => import('../features/gallery/components/gallery-page.tsx'), 'GalleryPage'),
});

/** Everything behind the log-in: the shell around its pages, and the pickers' state in the address of each. */
const appRoute = createRoute({
  getParentRoute: () => rootRoute,
  id: 'app',
  validateSearch: readAppSearch,
  beforeLoad: ({ context, location }) => requireSession(context.queryClient, location.href),
  component: Shell,
});

const overviewRoute = createRoute({
  getParentRoute: () => appRoute,
  path: '/',
  validateSearch: readOverviewSearch,
  component: lazyRouteComponent(() => import('../features/overview/components/overview-page.tsx'), 'OverviewPage'),
});

const exploreRoute = createRoute({
  getParentRoute: () => appRoute,
  path: '/explore',
  validateSearch: readExploreSearch,
  component: lazyRouteComponent(() => import('../features/explore/components/explore-page.tsx'), 'ExplorePage'),
});

const recordsRoute = createRoute({
  getParentRoute: () => appRoute,
  path: '/records',
  validateSearch: readRecordsSearch,
  component: lazyRouteComponent(() => import('../features/records/components/records-page.tsx'), 'RecordsPage'),
});

const pricesRoute = createRoute({
  getParentRoute: () => appRoute,
  path: '/prices',
  validateSearch: readPricesSearch,
  component: lazyRouteComponent(() => import('../features/prices/components/prices-page.tsx'), 'PricesPage'),
});

const budgetsRoute = createRoute({
  getParentRoute: () => appRoute,
  path: '/budgets',
  component: lazyRouteComponent(() => import('../features/budgets/components/budgets-page.tsx'), 'BudgetsPage'),
});

const budgetRoute = createRoute({
  getParentRoute: () => appRoute,
  path: '/budgets/$budgetId',
  component: lazyRouteComponent(() => import('../features/budgets/components/budget-page.tsx'), 'BudgetPage'),
});

const alertsRoute = createRoute({
  getParentRoute: () => appRoute,
  path: '/alerts',
  validateSearch: readAlertsSearch,
  component: lazyRouteComponent(() => import('../features/alerts/components/alerts-page.tsx'), 'AlertsPage'),
});

const alertRoute = createRoute({
  getParentRoute: () => appRoute,
  path: '/alerts/$alertId',
  component: lazyRouteComponent(() => import('../features/alerts/components/alert-page.tsx'), 'AlertPage'),
});

const channelsRoute = createRoute({
  getParentRoute: () => appRoute,
  path: '/channels',
  validateSearch: readChannelsSearch,
  component: lazyRouteComponent(() => import('../features/channels/components/channels-page.tsx'), 'ChannelsPage'),
});

const savingsRoute = createRoute({
  getParentRoute: () => appRoute,
  path: '/savings',
  validateSearch: readSavingsSearch,
  component: lazyRouteComponent(() => import('../features/savings/components/savings-page.tsx'), 'SavingsPage'),
});

const projectsRoute = createRoute({
  getParentRoute: () => appRoute,
  path: '/settings/projects',
  component: lazyRouteComponent(() => import('../features/settings/components/projects-page.tsx'), 'ProjectsPage'),
});

const projectRoute = createRoute({
  getParentRoute: () => projectsRoute,
  path: '$projectId',
  component: lazyRouteComponent(() => import('../features/settings/components/project-details.tsx'), 'ProjectDetails'),
});

const invitationRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: '/invitation',
  component: lazyRouteComponent(() => import('../features/auth/components/invitation-page.tsx'), 'InvitationPage'),
});

const organizationRoute = createRoute({
  getParentRoute: () => appRoute,
  path: '/settings/organization',
  component: lazyRouteComponent(
    () => import('../features/settings/components/organization-page.tsx'),
    'OrganizationPage',
  ),
});

const membersRoute = createRoute({
  getParentRoute: () => appRoute,
  path: '/settings/members',
  component: lazyRouteComponent(() => import('../features/settings/components/members-page.tsx'), 'MembersPage'),
});

const privacyRoute = createRoute({
  getParentRoute: () => appRoute,
  path: '/settings/privacy',
  component: lazyRouteComponent(() => import('../features/settings/components/privacy-page.tsx'), 'PrivacyPage'),
});

const auditRoute = createRoute({
  getParentRoute: () => appRoute,
  path: '/settings/audit-log',
  validateSearch: readAuditSearch,
  component: lazyRouteComponent(() => import('../features/settings/components/audit-page.tsx'), 'AuditPage'),
});

const accountRoute = createRoute({
  getParentRoute: () => appRoute,
  path: '/settings/account',
  component: lazyRouteComponent(() => import('../features/account/components/account-page.tsx'), 'AccountPage'),
});

const routeTree = rootRoute.addChildren([
  loginRoute,
  registerRoute,
  forgotPasswordRoute,
  resetPasswordRoute,
  confirmEmailRoute,
  invitationRoute,
  welcomeRoute,
  galleryRoute,
  appRoute.addChildren([
    overviewRoute,
    exploreRoute,
    recordsRoute,
    pricesRoute,
    budgetsRoute,
    budgetRoute,
    alertsRoute,
    alertRoute,
    channelsRoute,
    savingsRoute,
    accountRoute,
    organizationRoute,
    membersRoute,
    privacyRoute,
    auditRoute,
    projectsRoute.addChildren([projectRoute]),
  ]),
]);

export const createAppRouter = (queryClient: QueryClient) =>
  createRouter({
    routeTree,
    context: { queryClient },
    parseSearch,
    stringifySearch,
    defaultPreload: 'intent',
    defaultPreloadStaleTime: 0,
    scrollRestoration: true,
    defaultNotFoundComponent: NotFound,
    defaultErrorComponent: PageError,
    defaultPendingComponent: PagePending,
    // A page is there at once, or its place is held: a spinner that flashes by is worse than none.
    defaultPendingMs: 1_000,
    defaultPendingMinMs: 300,
  });

declare module '@tanstack/react-router' {
  interface Register {
    router: ReturnType<typeof createAppRouter>;
  }
}
