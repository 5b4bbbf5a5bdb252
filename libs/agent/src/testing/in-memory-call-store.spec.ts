import { callStoreContract, InMemoryCallStore } from './index.ts';

callStoreContract('InMemoryCallStore', () => {
  const store = new InMemoryCallStore();
  return Promise.resolve({ open: () => Promise.resolve(store) });
});
