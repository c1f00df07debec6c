import { defineTexts } from '../../i18n/texts';

export const windowTexts = defineTexts(
  {
    waitingTitle: (label: string) => `Go on in the window of ${label}`,
    waiting: (label: string) => `Log in to ${label} there, and choose Allow.`,
    closed: (label: string) =>
      `The window of ${label} was closed before access was allowed. Choose Continue to try again.`,
    noCode: (label: string) => `${label} sent the browser back without an authorization code.`,
    allowed: 'Access was allowed. Secrets are not kept while the page is left: enter them again, then choose Continue.',
  },
  {
    waitingTitle: (label: string) => `请在 ${label} 的窗口中继续`,
    waiting: (label: string) => `请在该窗口中登录 ${label}，然后选择 Allow（允许）。`,
    closed: (label: string) => `${label} 的窗口在允许访问之前已关闭。选择 Continue 重试。`,
    noCode: (label: string) => `${label} 返回浏览器时没有带授权码。`,
    allowed: '已允许访问。离开页面时不会保存秘密信息：请重新输入，然后选择 Continue。',
  },
);
