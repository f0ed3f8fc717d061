/** The pages and their addresses. Each screen is loaded when somebody goes there. */
import { createRootRoute, createRoute, createRouter, lazyRouteComponent } from '@tanstack/react-router'
import { Shell } from './shell.tsx'
import { Lost } from './parts/lost.tsx'

const root = createRootRoute({ component: Shell, notFoundComponent: Lost })

const text = (value: unknown) => (typeof value === 'string' && value !== '' ? value : undefined)
/** Leaves out what is not said, so that addresses stay short. */
const said = <T extends Record<string, string | undefined>>(search: T) =>
  Object.fromEntries(Object.entries(search).filter(([, value]) => value !== undefined)) as {
    [Key in keyof T]?: string
  }

const routes = [
  createRoute({
    getParentRoute: () => root,
    path: '/',
    validateSearch: (search: Record<string, unknown>) =>
      said({ search: text(search['search']), state: text(search['state']) }),
    component: lazyRouteComponent(() => import('./screens/connections/connections.tsx'), 'Connections'),
  }),
  createRoute({
    getParentRoute: () => root,
    path: '/connections/$name',
    validateSearch: (search: Record<string, unknown>) => said({ tab: text(search['tab']) }),
    component: lazyRouteComponent(() => import('./screens/connection/connection.tsx'), 'Connection'),
  }),
  createRoute({
    getParentRoute: () => root,
    path: '/connect',
    validateSearch: (search: Record<string, unknown>) =>
      said({ service: text(search['service']), search: text(search['search']), from: text(search['from']) }),
    component: lazyRouteComponent(() => import('./screens/wizard/choose.tsx'), 'Choose'),
  }),
  createRoute({
    getParentRoute: () => root,
    path: '/connect/$draft',
    validateSearch: (search: Record<string, unknown>) =>
      said({ step: text(search['step']), field: text(search['field']) }),
    component: lazyRouteComponent(() => import('./screens/wizard/wizard.tsx'), 'Wizard'),
  }),
  createRoute({
    getParentRoute: () => root,
    path: '/services',
    validateSearch: (search: Record<string, unknown>) => said({ search: text(search['search']) }),
    component: lazyRouteComponent(() => import('./screens/services/services.tsx'), 'Services'),
  }),
  createRoute({
    getParentRoute: () => root,
    path: '/services/$id',
    component: lazyRouteComponent(() => import('./screens/service/service.tsx'), 'Service'),
  }),
  createRoute({
    getParentRoute: () => root,
    path: '/keys',
    component: lazyRouteComponent(() => import('./screens/keys/keys.tsx'), 'Keys'),
  }),
  createRoute({
    getParentRoute: () => root,
    path: '/activity',
    component: lazyRouteComponent(() => import('./screens/activity/activity.tsx'), 'Activity'),
  }),
  createRoute({
    getParentRoute: () => root,
    path: '/settings',
    component: lazyRouteComponent(() => import('./screens/settings/settings.tsx'), 'Settings'),
  }),
] as const

export const router = createRouter({ routeTree: root.addChildren(routes), defaultPreload: 'intent' })

// Who went to another page is told where they are: its title has the focus, as after a load.
router.subscribe('onRendered', ({ pathChanged, fromLocation }) => {
  if (pathChanged && fromLocation !== undefined) document.querySelector<HTMLElement>('main h1')?.focus()
})

declare module '@tanstack/react-router' {
  interface Register {
    router: typeof router
  }
}
