import { defineTexts } from '../../i18n/texts';

export const texts = defineTexts(
  {
    title: 'Log in',
    description: 'With an access key of this service. It is used once, to open a session, and not kept.',
    accessKeyId: 'Access key ID',
    accessKeyIdMissing: 'Enter the access key ID that the service printed at its first start.',
    secret: 'Secret access key',
    secretMissing: 'Enter the secret that belongs to the access key ID.',
    logIn: 'Log in',
    logOut: 'Log out',
    otherLanguage: '中文',
    linkHint: 'Or open the one-time link that sluice serve and sluice demo print when they start.',
    linkFailed: 'This link does not work any more. Log in with an access key.',
    ended: 'The session has ended, or the service was restarted. Log in again: what you typed is kept.',
  },
  {
    title: '登录',
    description: '使用本服务的访问密钥。密钥只用一次来打开会话，不会保存。',
    accessKeyId: '访问密钥 ID（Access key ID）',
    accessKeyIdMissing: '请输入服务首次启动时显示的访问密钥 ID。',
    secret: '秘密访问密钥（Secret access key）',
    secretMissing: '请输入与访问密钥 ID 对应的秘密密钥。',
    logIn: '登录',
    logOut: '退出登录',
    otherLanguage: 'English',
    linkHint: '也可以打开 sluice serve 或 sluice demo 启动时显示的一次性链接。',
    linkFailed: '此链接已失效。请使用访问密钥登录。',
    ended: '会话已结束，或服务已重启。请重新登录：您输入的内容已保留。',
  },
);
