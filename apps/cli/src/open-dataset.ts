import { own } from '@mle-smith/contracts';
import { foldersAt, locatedFolders, type OpenFolder } from '@mle-smith/ingest';

/**
 * The files of a run's datasets: in the folders that the command line named, or, for those that came with a state from
 * elsewhere, in the artifact store; then they are laid out below `directory` while they are read.
 */
export function openDataset(named: Readonly<Record<string, string>>, directory: string): OpenFolder {
  const here = foldersAt((id) => own(named, id) ?? '');
  const brought = locatedFolders({ directory, sourceAt: () => undefined });
  return (item, context) => (item.documents['location'] === undefined ? here : brought)(item, context);
}
