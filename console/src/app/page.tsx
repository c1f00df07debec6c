import type { BreadcrumbGroupProps } from '@cloudscape-design/components/breadcrumb-group';
import type { AppLayoutProps } from '@cloudscape-design/components/app-layout';
import { createContext, use, useEffect, type ReactNode } from 'react';
import { useLanguage } from '../i18n/texts';

/** What a page says to the frame around it. */
export interface Page {
  /** Of the browser's tab, and the last breadcrumb. */
  title: string;
  /** Those before the title, the product's own not among them. */
  breadcrumbs?: BreadcrumbGroupProps.Item[];
  contentType?: AppLayoutProps.ContentType;
  /** A HelpPanel, which the info icon and Info links open. */
  help?: ReactNode;
}

export const FrameContext = createContext<{
  show(page: Page): void;
  /** Takes a reader who comes from elsewhere to the page. */
  arrive(): void;
  openHelp(): void;
} | null>(null);

function useFrame() {
  const frame = use(FrameContext);
  if (!frame) throw new Error('A page needs the frame around it.');
  return frame;
}

/** Called by each page, with the page's own texts: title, breadcrumbs, help. */
export function usePage(page: Page): void {
  const { show, arrive } = useFrame();
  const language = useLanguage();
  // The rest goes with the title.
  useEffect(() => show(page), [page.title, page.contentType, language, show]);
  useEffect(arrive, [arrive]);
}

export function useOpenHelp(): () => void {
  return useFrame().openHelp;
}
