import AppLayoutToolbar from '@cloudscape-design/components/app-layout-toolbar';
import BreadcrumbGroup from '@cloudscape-design/components/breadcrumb-group';
import Button from '@cloudscape-design/components/button';
import Flashbar from '@cloudscape-design/components/flashbar';
import HelpPanel from '@cloudscape-design/components/help-panel';
import SideNavigation from '@cloudscape-design/components/side-navigation';
import { Suspense, useCallback, useEffect, useMemo, useRef, useState } from 'react';
import { Outlet, useLocation, useNavigate } from 'react-router-dom';
import { useTexts } from '../i18n/texts';
import { BrokenPage } from './BrokenPage';
import { focusPage } from './focusPage';
import { FrameContext, type Page } from './page';
import { useNotifications } from './notifications';
import { texts } from './texts';
import { TopBar } from './TopBar';
import './frame.css';

const PRODUCT = 'Sluice';

/** Where the navigation would cover the page, as on a phone. */
const COVERED = '(max-width: 688px)';

/** All that stands around a page. */
export function Frame() {
  const t = useTexts(texts);
  const navigate = useNavigate();
  const { pathname } = useLocation();
  const { items, dismiss, leavePage } = useNotifications();
  const [page, setPage] = useState<Page>({ title: PRODUCT });
  const [isHelpOpen, setHelpOpen] = useState(false);
  // As the reader leaves it, on all pages; in the wizard for itself, whose forms want the width.
  const [navigation, setNavigation] = useState(() => ({
    page: !matchMedia(COVERED).matches,
    wizard: false,
  }));
  const kind = page.contentType === 'wizard' ? 'wizard' : 'page';
  const openHelp = useCallback(() => setHelpOpen(true), []);
  const hasArrived = useRef(false);
  const frame = useMemo(
    () => ({
      show: setPage,
      openHelp,
      arrive() {
        // The first page is where the browser has put the reader; some pages know a better place.
        if (hasArrived.current && !document.activeElement?.closest('main')) focusPage();
        hasArrived.current = true;
      },
    }),
    [openHelp],
  );

  useEffect(() => {
    document.title = page.title === PRODUCT ? PRODUCT : `${page.title} · ${PRODUCT}`;
  }, [page.title]);

  useEffect(leavePage, [pathname, leavePage]);

  const follow = (event: CustomEvent<{ href?: string; external?: boolean }>) => {
    if (event.detail.external || !event.detail.href?.startsWith('#')) return;
    event.preventDefault();
    navigate(event.detail.href.slice(1));
  };
  const area = `#/${pathname.split('/')[1]}`;
  const activeHref = ['#/create', '#/edit', '#/copies', '#/details'].includes(area) ? '#/list' : area === '#/connectors' ? '#/gallery' : area;

  return (
    <FrameContext value={frame}>
      <div className="skip">
        <Button onClick={focusPage}>{t.skip}</Button>
      </div>
      <TopBar />
      <AppLayoutToolbar
        headerSelector="#top"
        contentType={page.contentType}
        ariaLabels={{
          navigation: t.navigation,
          navigationToggle: t.openNavigation,
          navigationClose: t.closeNavigation,
          tools: t.help,
          toolsToggle: t.openHelp,
          toolsClose: t.closeHelp,
          notifications: t.notifications,
        }}
        navigationOpen={navigation[kind]}
        onNavigationChange={({ detail }) => setNavigation((was) => ({ ...was, [kind]: detail.open }))}
        navigation={
          <SideNavigation
            header={{ text: PRODUCT, href: '#/overview' }}
            activeHref={activeHref}
            onFollow={follow}
            items={[
              { type: 'link', text: t.overview, href: '#/overview' },
              { type: 'link', text: t.connectors, href: '#/gallery' },
              { type: 'link', text: t.flows, href: '#/list' },
              { type: 'link', text: t.connections, href: '#/connections' },
              { type: 'divider' },
              { type: 'link', text: t.functions, href: '#/functions' },
              { type: 'link', text: t.logs, href: '#/logs' },
            ]}
          />
        }
        breadcrumbs={
          <BreadcrumbGroup
            ariaLabel={t.breadcrumbs}
            items={[
              { text: PRODUCT, href: '#/overview' },
              ...(page.breadcrumbs ?? []),
              { text: page.title, href: '#' + pathname },
            ]}
            onFollow={follow}
          />
        }
        notifications={
          <Flashbar
            items={items.map(({ since: _, comesAlong: __, ...item }) => ({
              ...item,
              dismissible: !item.loading,
              dismissLabel: t.dismiss(item.header),
              onDismiss: () => dismiss(item.id),
              ariaRole: item.type === 'error' ? 'alert' : 'status',
            }))}
          />
        }
        tools={page.help ?? <HelpPanel header={<h2>{t.help}</h2>}>{t.noHelp}</HelpPanel>}
        toolsOpen={isHelpOpen}
        onToolsChange={({ detail }) => setHelpOpen(detail.open)}
        content={
          <BrokenPage path={pathname}>
            <Suspense>
              <Outlet />
            </Suspense>
          </BrokenPage>
        }
      />
    </FrameContext>
  );
}
