import { departureOf, OAUTH_CHANNEL, setReturned, type OAuthAnswer } from './api/oauthChannel';

// Where Salesforce sends the browser back to.
const answer: OAuthAnswer = Object.fromEntries(new URLSearchParams(location.search));
const departure = departureOf(answer);

if (departure) {
  // The dialog went there in this very tab: here the console goes on, with the code in memory.
  history.replaceState(null, '', departure.page);
  setReturned({ ...departure, answer });
  void import('./main');
} else {
  // In a window beside the tab with the dialog, which is told.
  history.replaceState(null, '', location.pathname); // A code has no business in the history.
  new BroadcastChannel(OAUTH_CHANNEL).postMessage(answer);
  const message = document.createElement('p');
  message.textContent = 'You can close this window. 可以关闭此窗口。';
  document.body.append(message);
  window.close();
}
