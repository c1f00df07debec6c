import { lazy } from 'react';
import { Navigate, Route, Routes } from 'react-router-dom';
import { Frame } from './Frame';
import { NotFoundPage } from './NotFoundPage';

// Each page comes when it is first opened.
const CreateFlowPage = lazy(() => import('../pages/create/CreateFlowPage'));
const FlowsPage = lazy(() => import('../pages/list/FlowsPage'));
const FlowPage = lazy(() => import('../pages/details/FlowPage'));
const RunPage = lazy(() => import('../pages/details/RunPage'));
const GalleryPage = lazy(() => import('../pages/gallery/GalleryPage'));
const ConnectorPage = lazy(() => import('../pages/gallery/ConnectorPage'));
const ConnectionsPage = lazy(() => import('../pages/connections/ConnectionsPage'));
const OverviewPage = lazy(() => import('../pages/overview/OverviewPage'));
const FunctionsPage = lazy(() => import('../pages/functions/FunctionsPage'));
const LogsPage = lazy(() => import('../pages/logs/LogsPage'));

/** Where one lands, by the path that AWS's consoles have. */
const HOME: Record<string, string> = {
  '/lambda/home': '/functions',
  '/cloudwatch/home': '/logs',
};

export function Pages() {
  return (
    <Routes>
      <Route element={<Frame />}>
        <Route index element={<Navigate to={HOME[location.pathname] ?? '/overview'} replace />} />
        <Route path="overview" element={<OverviewPage />} />
        <Route path="gallery" element={<GalleryPage />} />
        <Route path="connectors/:connector" element={<ConnectorPage />} />
        <Route path="list" element={<FlowsPage />} />
        <Route path="create" element={<Navigate to="/create/1" replace />} />
        <Route path="create/:step" element={<CreateFlowPage />} />
        <Route path="edit/:flow/:step" element={<CreateFlowPage />} />
        <Route path="details/:flow" element={<FlowPage />} />
        <Route path="details/:flow/runs/:run" element={<RunPage />} />
        <Route path="connections" element={<ConnectionsPage />} />
        <Route path="functions" element={<FunctionsPage />} />
        <Route path="logs" element={<LogsPage />} />
        <Route path="*" element={<NotFoundPage />} />
      </Route>
    </Routes>
  );
}
