import { usePage } from '../../app/page';

export default function FlowPage() {
  usePage({ title: 'FlowPage' });
  return null;
}
