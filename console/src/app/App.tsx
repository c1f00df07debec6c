import { I18nProvider, type I18nProviderProps } from '@cloudscape-design/components/i18n';
import { QueryClient, QueryClientProvider } from '@tanstack/react-query';
import { useEffect, useMemo, useState } from 'react';
import { HashRouter } from 'react-router-dom';
import { logOut, resumeSession } from '../api/session';
import { onSessionEnded } from '../api/whileLoggedIn';
import { LanguageContext, localeOf, type Language } from '../i18n/texts';
import { LoginDialog } from '../pages/login/LoginDialog';
import { LoginPage } from '../pages/login/LoginPage';
import { tokenOfLink } from '../pages/login/link';
import { NotificationsProvider } from './notifications';
import { usePreferences } from './preferences';
import { loadFirstPage, Pages } from './routes';
import { SettingsContext } from './settings';

/** `ended`: was logged in, and will be again without losing what is on the page. */
type Login = 'unknown' | 'in' | 'out' | 'ended';

/** Cloudscape's own texts. */
const MESSAGES = {
  en: () => import('@cloudscape-design/components/i18n/messages/all.en'),
  zh: () => import('@cloudscape-design/components/i18n/messages/all.zh-CN'),
};

function useMessages(language: Language) {
  const [messages, setMessages] = useState<I18nProviderProps.Messages[]>([]);
  useEffect(() => {
    let isCurrent = true;
    void MESSAGES[language]().then((loaded) => isCurrent && setMessages([loaded.default]));
    return () => {
      isCurrent = false;
    };
  }, [language]);
  return messages;
}

function useLogin() {
  const [login, setLogin] = useState<Login>('unknown');
  useEffect(() => {
    onSessionEnded(() => setLogin('ended'));
    // A one-time link is for the log-in page, also where it is opened in a tab that is logged in.
    const followLink = () => tokenOfLink() !== undefined && setLogin('out');
    addEventListener('hashchange', followLink);
    if (!followLink()) {
      // One after the other takes twice as long. A page that can't be fetched says so in its place.
      const page = loadFirstPage().catch(() => undefined);
      resumeSession().then(
        async (isLoggedIn) => {
          if (isLoggedIn) await page;
          setLogin(isLoggedIn ? 'in' : 'out');
        },
        () => setLogin('out'),
      );
    }
    return () => removeEventListener('hashchange', followLink);
  }, []);
  return [login, setLogin] as const;
}

export function App() {
  const [preferences, change] = usePreferences();
  const messages = useMessages(preferences.language);
  const [login, setLogin] = useLogin();
  const queries = useMemo(
    () =>
      new QueryClient({
        defaultOptions: {
          // Whether the browser is online says nothing of a service that may be on this machine.
          queries: { retry: false, refetchOnWindowFocus: false, networkMode: 'always' },
          mutations: { networkMode: 'always' },
        },
      }),
    [],
  );

  const settings = useMemo(
    () => ({
      preferences,
      change,
      logOut() {
        void logOut().finally(() => {
          setLogin('out');
          queries.clear();
          sessionStorage.removeItem('draft');
          sessionStorage.removeItem('copies');
        });
      },
    }),
    [preferences, change, queries, setLogin],
  );

  if (login === 'unknown') return null;
  return (
    <I18nProvider locale={localeOf(preferences.language)} messages={messages}>
      <LanguageContext value={preferences.language}>
        <SettingsContext value={settings}>
          {login === 'out' ? (
            <LoginPage onLoggedIn={() => setLogin('in')} />
          ) : (
            <QueryClientProvider client={queries}>
              <NotificationsProvider>
                <HashRouter>
                  <Pages />
                </HashRouter>
              </NotificationsProvider>
            </QueryClientProvider>
          )}
          {login === 'ended' && (
            <LoginDialog
              onLoggedIn={() => {
                setLogin('in');
                // What failed while the service was away; what it refused is waiting for the keys.
                void queries.refetchQueries({ type: 'active', predicate: ({ state }) => state.status === 'error' });
              }}
            />
          )}
        </SettingsContext>
      </LanguageContext>
    </I18nProvider>
  );
}
