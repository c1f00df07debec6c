import { defineTexts } from '../../i18n/texts';

export const windowTexts = defineTexts(
  {
    waitingTitle: (label: string) => `Go on in the window of ${label}`,
    waiting: (label: string) => `Log in to ${label} there, and choose Allow.`,
    blocked:
      'The browser did not open the window. Allow pop-up windows for this address, then choose Continue again.',
    closed: (label: string) => `The window of ${label} was closed before access was allowed. Choose Continue to try again.`,
    noCode: (label: string) => `${label} sent the browser back without an authorization code.`,
  },
  {
    waitingTitle: (label: string) => `请在 ${label} 的窗口中继续`,
    waiting: (label: string) => `请在该窗口中登录 ${label}，然后选择 Allow（允许）。`,
    blocked: '浏览器没有打开窗口。请允许此地址弹出窗口，然后再次选择 Continue。',
    closed: (label: string) => `${label} 的窗口在允许访问之前已关闭。选择 Continue 重试。`,
    noCode: (label: string) => `${label} 返回浏览器时没有带授权码。`,
  },
);
