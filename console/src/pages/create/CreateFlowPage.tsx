import { usePage } from '../../app/page';

export default function CreateFlowPage() {
  usePage({ title: 'CreateFlowPage' });
  return null;
}
