// Types of the element `<bloghound-search>`.

import type { Hit, SearchResponse } from "./bloghound.client.js";

/** Texts of the interface; `{}` is where a value is inserted. */
export interface BloghoundStrings {
  clear: string;
  close: string;
  remove: string;
  /** Plural forms by the categories of `Intl.PluralRules`; `other` is required. */
  results: { other: string } & Partial<Record<Intl.LDMLPluralRule, string>>;
  none: string;
  hint: string;
  searching: string;
  slow: string;
  offline: string;
  unreachable: string;
  building: string;
  plain: string;
  showing: string;
  instead: string;
  didYouMean: string;
  more: string;
  all: string;
  reset: string;
  category: string;
  tag: string;
  year: string;
  sort: string;
  relevance: string;
  newest: string;
  oldest: string;
  recent: string;
  posts: string;
  categories: string;
  suggestions: string;
  move: string;
  select: string;
  missing: string;
}

export interface BloghoundSearchElement extends HTMLElement {
  readonly mode: "button" | "inline" | "page";
  /** Address of the service. */
  readonly endpoint: string;
  /** Address of the page with all results. */
  readonly results: string;
  /** Texts that replace those of the box; set them before the box is used. */
  strings?: Partial<BloghoundStrings>;
  /** Returns the address to which a hit, or a section of it, leads; `url` is the one on the blog. Without it, that is used. */
  linkTo?: (hit: Hit, url: string) => string;
  /** Opens the dialog or focuses the input; with a query, searches for it. */
  open(query?: string): Promise<void> | undefined;
  /** Closes the dialog or the list of results. */
  close(): void;
}

/** The results of a search are shown. */
export type BloghoundSearchEvent = CustomEvent<{
  query: string;
  filters: Record<string, string>;
  total: number;
  response: SearchResponse;
}>;

/** A reader chooses a hit. If it is cancelled, the box does not follow the link. */
export type BloghoundSelectEvent = CustomEvent<{ query: string; url: string; hit: Hit; position: number }>;

declare global {
  interface HTMLElementTagNameMap {
    "bloghound-search": BloghoundSearchElement;
  }
  interface GlobalEventHandlersEventMap {
    "bloghound:search": BloghoundSearchEvent;
    "bloghound:select": BloghoundSelectEvent;
  }
}
