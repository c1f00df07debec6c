import { lazy, useState, type ComponentType } from 'react';

type Load = () => Promise<{ default: ComponentType }>;

/**
 * A page whose script comes when it is first opened. Where `load` was called before, it is drawn at once:
 * React would draw what is around it first, and then let it wait for the third of a second.
 */
export function lazyPage(load: Load) {
  let loaded: ComponentType | undefined;
  const keep: Load = async () => {
    const module = await load();
    loaded = module.default;
    return module;
  };
  const Later = lazy(keep);
  function Page() {
    // What it began as it stays, as its state would be lost.
    const [Shown] = useState(() => loaded ?? Later);
    return <Shown />;
  }
  return Object.assign(Page, { load: keep });
}
