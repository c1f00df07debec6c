import { matchPath, Navigate, Route, Routes } from 'react-router-dom';
import { Frame } from './Frame';
import { lazyPage } from './lazyPage';
import { NotFoundPage } from './NotFoundPage';

const CreateFlowPage = lazyPage(() => import('../pages/create/CreateFlowPage'));

const PAGES = {
  overview: lazyPage(() => import('../pages/overview/OverviewPage')),
  gallery: lazyPage(() => import('../pages/gallery/GalleryPage')),
  'connectors/:connector': lazyPage(() => import('../pages/gallery/ConnectorPage')),
  list: lazyPage(() => import('../pages/list/FlowsPage')),
  'create/:step': CreateFlowPage,
  'edit/:flow/:step': CreateFlowPage,
  'copies/:flow': lazyPage(() => import('../pages/copies/CopiesPage')),
  'details/:flow': lazyPage(() => import('../pages/details/FlowPage')),
  'details/:flow/runs/:run': lazyPage(() => import('../pages/details/RunPage')),
  connections: lazyPage(() => import('../pages/connections/ConnectionsPage')),
  functions: lazyPage(() => import('../pages/functions/FunctionsPage')),
  logs: lazyPage(() => import('../pages/logs/LogsPage')),
};

/** Where one lands, by the path that AWS's consoles have. */
const HOME: Record<string, string> = {
  '/lambda/home': '/functions',
  '/cloudwatch/home': '/logs',
};

const home = () => HOME[location.pathname] ?? '/overview';

/** Fetches the page that the address is of, before there is anything to draw it in. */
export async function loadFirstPage(): Promise<void> {
  const [path = home()] = /(?<=^#)\/[^?]+/.exec(location.hash) ?? [];
  const page = Object.entries(PAGES).find(([pattern]) => matchPath(pattern, path));
  await page?.[1].load();
}

export function Pages() {
  return (
    <Routes>
      <Route element={<Frame />}>
        <Route index element={<Navigate to={home()} replace />} />
        <Route path="create" element={<Navigate to="/create/1" replace />} />
        {Object.entries(PAGES).map(([path, Page]) => (
          <Route key={path} path={path} element={<Page />} />
        ))}
        <Route path="*" element={<NotFoundPage />} />
      </Route>
    </Routes>
  );
}
