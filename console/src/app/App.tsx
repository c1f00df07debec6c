import { I18nProvider, type I18nProviderProps } from '@cloudscape-design/components/i18n';
import { QueryCache, QueryClient, QueryClientProvider, MutationCache } from '@tanstack/react-query';
import { useEffect, useMemo, useState } from 'react';
import { RouterProvider } from 'react-router-dom';
import { isLoggedOut } from '../api/errors';
import { logOut, resumeSession } from '../api/session';
import { LanguageContext, localeOf, type Language } from '../i18n/texts';
import { LoginPage } from '../pages/login/LoginPage';
import { NotificationsProvider } from './notifications';
import { usePreferences } from './preferences';
import { makeRouter } from './routes';
import { SettingsContext } from './settings';

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

export function App() {
  const [preferences, change] = usePreferences();
  const messages = useMessages(preferences.language);
  const [login, setLogin] = useState<Login>('unknown');

  const queries = useMemo(() => {
    const onError = (error: unknown) => isLoggedOut(error) && setLogin('ended');
    return new QueryClient({
      queryCache: new QueryCache({ onError }),
      mutationCache: new MutationCache({ onError }),
      defaultOptions: {
        // Whether the browser is online says nothing of a service that may be on this machine.
        queries: { retry: false, refetchOnWindowFocus: false, networkMode: 'always' },
        mutations: { networkMode: 'always' },
      },
    });
  }, []);
  const router = useMemo(makeRouter, []);

  useEffect(() => {
    resumeSession().then(
      (isLoggedIn) => setLogin(isLoggedIn ? 'in' : 'out'),
      () => setLogin('out'),
    );
  }, []);

  const settings = useMemo(
    () => ({
      preferences,
      change,
      logOut() {
        queries.clear();
        sessionStorage.removeItem('draft');
        void logOut().finally(() => setLogin('out'));
      },
    }),
    [preferences, change, queries],
  );

  if (login === 'unknown') return null;
  return (
    <I18nProvider locale={localeOf(preferences.language)} messages={messages}>
      <LanguageContext value={preferences.language}>
        <SettingsContext value={settings}>
          {login === 'in' ? (
            <QueryClientProvider client={queries}>
              <NotificationsProvider>
                <RouterProvider router={router} />
              </NotificationsProvider>
            </QueryClientProvider>
          ) : (
            <LoginPage hasEnded={login === 'ended'} onLoggedIn={() => setLogin('in')} />
          )}
        </SettingsContext>
      </LanguageContext>
    </I18nProvider>
  );
}
