import { OAUTH_CHANNEL, type OAuthAnswer } from './api/oauthChannel';

// Where Salesforce sends the browser back to. The tab that opened this window goes on with it.
const answer: OAuthAnswer = Object.fromEntries(new URLSearchParams(location.search));
history.replaceState(null, '', location.pathname); // A code has no business in the history.
new BroadcastChannel(OAUTH_CHANNEL).postMessage(answer);
const message = document.getElementById('message');
if (message) message.textContent = 'You can close this window. 可以关闭此窗口。';
window.close();
