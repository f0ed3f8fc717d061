import {
  ActionIcon,
  AppShell,
  Burger,
  Group,
  NavLink,
  type NavLinkProps,
  Text,
  Tooltip,
  useComputedColorScheme,
  useMantineColorScheme,
} from '@mantine/core'
import { useDisclosure } from '@mantine/hooks'
import {
  IconActivity,
  IconApps,
  IconKey,
  IconMoon,
  IconPlugConnected,
  IconPlus,
  IconSettings,
  IconSun,
} from '@tabler/icons-react'
import { createLink, Link, Outlet } from '@tanstack/react-router'
import { forwardRef } from 'react'
import { useServerEvents } from './server/events.ts'

const Entry = createLink(
  forwardRef<HTMLAnchorElement, Omit<NavLinkProps, 'href'>>((props, ref) => (
    <NavLink component="a" ref={ref} {...props} />
  )),
)

const entries = [
  { to: '/', label: 'Connections', icon: IconPlugConnected },
  { to: '/connect', label: 'Connect a service', icon: IconPlus },
  { to: '/services', label: 'Services', icon: IconApps },
  { to: '/keys', label: 'API keys', icon: IconKey },
  { to: '/activity', label: 'Activity', icon: IconActivity },
  { to: '/settings', label: 'Settings', icon: IconSettings },
] as const

/** What stands around every page: where one is and where one can go. */
export function Shell() {
  const [open, { toggle, close }] = useDisclosure()
  const isLive = useServerEvents()
  return (
    <AppShell
      header={{ height: 56 }}
      navbar={{ width: 232, breakpoint: 'sm', collapsed: { mobile: !open } }}
      padding={{ base: 'md', sm: 'xl' }}
    >
      <a href="#main" className="skip">
        Skip to the page
      </a>
      <AppShell.Header>
        <Group h="100%" px="md" justify="space-between" wrap="nowrap">
          <Group gap="sm" wrap="nowrap">
            <Burger opened={open} onClick={toggle} hiddenFrom="sm" size="sm" aria-label="Menu" />
            <Link to="/" style={{ textDecoration: 'none', color: 'inherit' }}>
              <Group gap={8}>
                <img src="/app/icon.svg" alt="" width={28} height={28} />
                <Text fw={650} fz="lg">
                  Evergrant
                </Text>
              </Group>
            </Link>
          </Group>
          <Group gap="sm" wrap="nowrap">
            <Text size="sm" role="status">
              {!isLive && 'The server is not heard; this page is read anew every 10 seconds.'}
            </Text>
            <Scheme />
          </Group>
        </Group>
      </AppShell.Header>
      <AppShell.Navbar p="sm" component="nav" aria-label="Pages">
        {entries.map(({ to, label, icon: Icon }) => (
          <Entry
            key={to}
            to={to}
            label={label}
            leftSection={<Icon size={18} stroke={1.7} aria-hidden />}
            activeOptions={{ exact: to === '/' || to === '/connect' }}
            className="entry"
            onClick={close}
          />
        ))}
      </AppShell.Navbar>
      <AppShell.Main id="main" tabIndex={-1} style={{ outline: 'none' }}>
        <Outlet />
      </AppShell.Main>
    </AppShell>
  )
}

function Scheme() {
  const { setColorScheme } = useMantineColorScheme()
  const other = useComputedColorScheme('light') === 'dark' ? 'light' : 'dark'
  const Icon = other === 'dark' ? IconMoon : IconSun
  return (
    <Tooltip label={`Show in ${other} colours`}>
      <ActionIcon
        variant="default"
        size="lg"
        aria-label={`Show in ${other} colours`}
        onClick={() => setColorScheme(other)}
      >
        <Icon size={18} stroke={1.7} aria-hidden />
      </ActionIcon>
    </Tooltip>
  )
}
