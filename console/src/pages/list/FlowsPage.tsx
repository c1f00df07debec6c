import { usePage } from '../../app/page';

export default function FlowsPage() {
  usePage({ title: 'FlowsPage' });
  return null;
}
