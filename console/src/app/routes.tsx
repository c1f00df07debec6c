import { lazy } from 'react';
import { createHashRouter, Navigate } from 'react-router-dom';
import { BrokenPage } from './BrokenPage';
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

export const makeRouter = () =>
  createHashRouter([
    {
      element: <Frame />,
      errorElement: <BrokenPage />,
      children: [
        { index: true, element: <Navigate to={HOME[location.pathname] ?? '/overview'} replace /> },
        { path: 'overview', element: <OverviewPage /> },
        { path: 'gallery', element: <GalleryPage /> },
        { path: 'connectors/:connector', element: <ConnectorPage /> },
        { path: 'list', element: <FlowsPage /> },
        { path: 'create', element: <Navigate to="/create/1" replace /> },
        { path: 'create/:step', element: <CreateFlowPage /> },
        { path: 'edit/:flow/:step', element: <CreateFlowPage /> },
        { path: 'details/:flow', element: <FlowPage /> },
        { path: 'details/:flow/runs/:run', element: <RunPage /> },
        { path: 'connections', element: <ConnectionsPage /> },
        { path: 'functions', element: <FunctionsPage /> },
        { path: 'logs', element: <LogsPage /> },
        { path: '*', element: <NotFoundPage /> },
      ],
    },
  ]);
