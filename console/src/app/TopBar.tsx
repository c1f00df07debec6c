import TopNavigation from '@cloudscape-design/components/top-navigation';
import { currentKeys } from '../api/keys';
import { useTexts } from '../i18n/texts';
import { nameOfRegion } from './regions';
import { useSettings } from './settings';
import { texts } from './texts';

export function TopBar() {
  const t = useTexts(texts);
  const { preferences, change, logOut } = useSettings();
  const { region, account } = currentKeys();
  const themes = [
    { id: 'light', text: t.light },
    { id: 'dark', text: t.dark },
    { id: 'system', text: t.system },
  ] as const;
  const languages = [
    { id: 'en', text: 'English' },
    { id: 'zh', text: '中文' },
  ] as const;
  const checked = (id: string) => id === preferences.theme || id === preferences.language;
  return (
    <header id="top">
      <TopNavigation
        identity={{
          href: '#/overview',
          title: 'Sluice',
          logo: { src: '/favicon.svg', alt: '' },
        }}
        i18nStrings={{ overflowMenuTriggerText: t.moreSettings, overflowMenuTitleText: t.moreSettings }}
        utilities={[
          {
            type: 'menu-dropdown',
            iconName: 'settings',
            title: t.settings,
            ariaLabel: t.settings,
            items: [
              { id: 'languages', text: t.language, items: languages.map((item) => ({ ...item, itemType: 'checkbox' as const, checked: checked(item.id) })) },
              { id: 'themes', text: t.theme, items: themes.map((item) => ({ ...item, itemType: 'checkbox' as const, checked: checked(item.id) })) },
            ],
            onItemClick: ({ detail }) => {
              const language = languages.find(({ id }) => id === detail.id);
              const theme = themes.find(({ id }) => id === detail.id);
              if (language) change({ language: language.id });
              if (theme) change({ theme: theme.id });
            },
          },
          {
            type: 'menu-dropdown',
            text: nameOfRegion(region),
            ariaLabel: nameOfRegion(region),
            items: [
              {
                id: 'region',
                text: t.region,
                items: [{ id: region, text: nameOfRegion(region), secondaryText: region, disabled: true }],
              },
            ],
          },
          {
            type: 'menu-dropdown',
            iconName: 'user-profile',
            text: account,
            ariaLabel: `${t.account} ${account}`,
            items: [{ id: 'logOut', text: t.logOut }],
            onItemClick: () => logOut(),
          },
        ]}
      />
    </header>
  );
}
