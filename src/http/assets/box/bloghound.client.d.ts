// Types of `bloghound.client.js`, the client of the search service without an interface.

/** Names and values of filters of the API, such as `{ category: "Food", year: "2024" }`. */
export interface Filters {
  category?: string;
  tag?: string;
  author?: string;
  series?: string;
  year?: string | number;
  after?: string;
  before?: string;
}

export interface ClientSettings {
  /** Address of the service, with a slash at its end. */
  endpoint: string;
  /** Key of scope `search`, if the blog is private. */
  key?: string | null;
  /** Language of the posts to search; all without one. */
  language?: string | null;
  /** Filters that always apply. */
  filters?: Filters;
}

export interface SearchOptions extends Filters {
  sort?: "relevance" | "newest" | "oldest" | "";
  page?: number;
  limit?: number;
  /** `"0"` searches the words as typed. */
  typos?: "0" | "1" | "2" | "";
  /** Comma-separated facets, such as `"category,year"`. */
  facets?: string;
  /** Comma-separated fields of hits. */
  fields?: string;
  fragments?: number;
  sections?: number;
  group?: "none" | "translations";
}

/** Pairs of byte offsets in the UTF-8 text. */
export type Ranges = [number, number][];

export interface Snippet {
  text: string;
  ranges: Ranges;
  code_ranges?: Ranges;
  /** The spaces that stand for line breaks of code: their offsets in bytes, and the columns by which the next line is indented. */
  line_breaks?: { at: number; indent: number }[];
  /** Escaped HTML in which only `<mark>` is added. */
  html: string;
}

export interface Section {
  title: string;
  title_html: string;
  level: number;
  anchor: string;
  url: string;
  snippet?: Snippet;
}

export interface Hit {
  id: string;
  url: string;
  title: string;
  title_html: string;
  description: string;
  kind: "post" | "page";
  categories: string[];
  tags: string[];
  authors: string[];
  series: string[];
  date: string | null;
  updated: string | null;
  image: string | null;
  reading_minutes: number;
  lang: string;
  score: number;
  snippet: Snippet;
  section: Section | null;
  sections?: Section[];
  missing: string[];
}

export interface SearchResponse {
  query: string;
  total: number;
  page: number;
  limit: number;
  took_us: number;
  generation: string;
  warnings: string[];
  corrected?: { query: string; applied: boolean; parts: { text: string; is_corrected?: boolean }[] };
  facets?: Record<string, { value: string | number; count: number }[]>;
  hits: Hit[];
}

export interface Suggestion {
  text: string;
  html: string;
  ranges: Ranges;
  kind: "title" | "heading" | "tag" | "category" | "phrase";
  posts: number;
  url?: string;
}

export interface SuggestResponse {
  query: string;
  took_us: number;
  generation: string;
  suggestions: Suggestion[];
}

export type ErrorKind =
  /** The browser is offline. */
  | "offline"
  /** The service does not respond, or not within ten seconds, or not with a response of the API. */
  | "unreachable"
  /** Too many requests; see `retryAfter`. */
  | "busy"
  /** The index is being built; see `percent`. */
  | "building"
  /** The request is invalid or needs a key; see `detail`. */
  | "refused";

/** What a promise of the client is rejected with. */
export interface SearchError extends Error {
  readonly kind: ErrorKind;
  readonly status?: number;
  readonly detail?: string;
  readonly percent?: number;
  /** Seconds. */
  readonly retryAfter?: number;
}

export interface Client {
  /**
   * Searches. A later search cancels an earlier one that is still running, whose promise resolves to `null`; so the
   * last response that is not `null` is always the one to show. Rejects with a `SearchError`.
   */
  search(query: string, options?: SearchOptions): Promise<SearchResponse | null>;
  /** Returns a response of the last 30 seconds, if there is one, without a request. */
  held(query: string, options?: SearchOptions): SearchResponse | undefined;
  /** Returns completions of a query, with the same rule for requests in flight. */
  suggest(query: string, options?: { limit?: number }): Promise<SuggestResponse | null>;
  /** Cancels the requests in flight. */
  cancel(): void;
}

export declare function createClient(settings: ClientSettings): Client;
