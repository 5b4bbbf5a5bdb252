/** How a panel shows what its queries give: over time, as one number, as bars side by side, or as rows. */
export type View = 'time' | 'number' | 'bars' | 'table';

/** One query of a panel, in PromQL. */
export interface Query {
  readonly expr: string;
  /** What a series is called: `{{stage}}` stands for a label. */
  readonly legend: string;
}

export interface Panel {
  readonly title: string;
  /** One or two sentences for whoever does not know it: what it shows, and what is wrong when it looks wrong. */
  readonly description: string;
  readonly view: View;
  /** As Grafana calls it: `s`, `bytes`, `short`, `percentunit`, `currencyUSD`. */
  readonly unit: string;
  readonly queries: readonly Query[];
  /** Where each row of a table leads: `${__data.fields.NAME}` stands for its cell, `${NAME}` for what is typed. */
  readonly link?: { readonly title: string; readonly url: string };
  /** Why it may be empty while nothing is wrong. A panel without it that is empty is at fault. */
  readonly emptyWhere?: string;
}

export interface Row {
  readonly title: string;
  readonly panels: readonly Panel[];
}

/** Variables that a dashboard offers beside data source, cluster and namespace. */
export type Choice = 'stage' | 'model';

export interface Board {
  /** Stable: bookmarks and alerts name it. At most 40 characters. */
  readonly uid: string;
  readonly title: string;
  /** The question that it answers. */
  readonly question: string;
  readonly choices: readonly Choice[];
  /** Texts that whoever looks at it may type, by the name of their variable. */
  readonly texts?: Readonly<Record<string, { readonly label: string; readonly initial: string }>>;
  readonly rows: readonly Row[];
}
