/** What tells one installation from another, as PromQL names it behind `by`. */
export const WHERE = 'cluster, namespace';

/** Labels of an installation in scenes. */
export const AT = '{cluster="c",namespace="n"}';

/** Labels of an installation in scenes, and these. */
export function at(labels: string): string {
  return `{cluster="c",namespace="n",${labels}}`;
}
