import type { HandlerResult } from '../shared/extract/handlers/handler.ts';
import type { ArticlePart } from '../shared/job/article-parts.ts';
import type { GraphPlace } from '../shared/job/field-sources.ts';
import type { FieldType } from '../shared/job/field-types.ts';
import type { Syntax } from '../shared/job/syntaxes.ts';
import type { Json } from '../shared/model.ts';
import type { Origin, Place, Review } from '../shared/places/place.ts';
import type { CacheGrant } from '../shared/places/place-fields.ts';

/** The properties that every item has besides its fields. */
export interface ItemFacts {
  /** Name of the items: the page label, or its `item`. */
  _item: string;
  /** URL of the page on which it was found. */
  _url: string;
}

/** An item whose fields are unknown. */
export type AnyItem = ItemFacts & Record<string, Json>;

/**
 * A place of Google Maps (docs/places.md): the fields that the job takes, as far as they are known. Which searches named it is in
 * exported files alone, since it is known once all of them have ended.
 */
export interface PlaceItem extends ItemFacts, Place {
  _item: 'place';
  /** The id that the job has for it, where Google has replaced it by `placeId`. */
  formerPlaceId?: string;
  /** ISO 8601. */
  fetchedAt: string;
  /** Names of its fields, by where their values come from. */
  provenance: Partial<Record<Origin, string[]>>;
  /** Names of the API's fields, by how long Google lets them be kept. */
  retention?: Partial<Record<CacheGrant, string[]>>;
}

/** A review of a place that the job gives; its place is the item with the same `placeId`. */
export interface ReviewItem extends ItemFacts, Omit<Review, 'id' | 'images'> {
  _item: 'review';
  placeId: string;
  /** Google's id of the review. */
  reviewId: string;
  /** With `reviews.onlyNew`: an earlier run has given it as it was written before. */
  edited?: true;
  /** ISO 8601. */
  fetchedAt: string;
  /** Names of its fields, by where their values come from. */
  provenance: Partial<Record<Origin, string[]>>;
}

/** The items of a job, one type for each of its page labels; `AnyItem` where the job's type does not say. */
export type ItemOf<Definition> = Definition extends { sources: infer Sources }
  ? Known<ItemsOfPages<PagesOf<Definition>, Sources> | ItemsOfPlaces<Sources>>
  : AnyItem;

type PagesOf<Definition> = Definition extends { pages: infer Pages } ? Pages : Record<never, never>;

type Known<Items> = [Items] extends [never] ? AnyItem : Items;

type ItemsOfPlaces<Sources> = Sources extends readonly (infer Source)[]
  ? Source extends { places: infer Settings }
    ? PlaceItem | (Settings extends { reviews: unknown } ? ReviewItem : never)
    : never
  : never;

type ItemsOfPages<Pages, Sources> = {
  [Label in keyof Pages & string]: WithGiven<ItemOfPage<Pages[Label], Label>, EachOf<Sources, Label>, Pages>;
}[keyof Pages & string];

/** What the items of a label have besides their own fields, where requests made of items lead to their pages. */
type WithGiven<Own, Each extends { from: string; name: string }, Pages> = [Each] extends [never]
  ? Own
  : Own extends unknown
    ? Own & GivenFields<Each, Pages>
    : never;

/** The labels and fields that sources with `each` and `with` take for the items of a label. */
type EachOf<Sources, Label> = Sources extends readonly (infer Source)[]
  ? Source extends { rest: infer Settings } | { send: infer Settings }
    ? Settings extends {
        label: Label;
        each: { from: infer From extends string; with: readonly (infer Name extends string)[] };
      }
      ? OneOf<From, Name>
      : never
    : never
  : never;

type OneOf<From extends string, Name> = Name extends string ? { from: From; name: Name } : never;

/** Items of pages that a link led to have none of them. */
type GivenFields<Each extends { from: string; name: string }, Pages> = {
  [One in Each as One['name']]?: GivenField<Pages, One['from'], One['name']>;
};

/** A field that the items of `From` have from others, or by a handler, may hold anything. */
type GivenField<Pages, From extends string, Name extends string> = Pages extends {
  [Label in From]: { fields: { [Field in Name]: infer Field } };
}
  ? ValueOf<Field> | null
  : Json;

type ItemOfPage<Page, Label extends string> = Page extends { handler: infer Handler }
  ? Named<Page, Label> & ItemOfHandler<Handler, Page>
  : Page extends { fields: infer Fields }
    ? Named<Page, Label> & ValuesOf<Fields>
    : Page extends { rows: string }
      ? Named<Page, Label> & RowOfTable
      : never;

/** The cells of a row by the names of its columns, and what is known of its table. */
type RowOfTable = Record<string, string | number | null>;

interface Named<Page, Label extends string> {
  _item: Page extends { item: infer Name extends string } ? Name : Label;
  _url: string;
}

/** The items that a handler returns replace those of the fields; without `items`, the latter are kept. */
type ItemOfHandler<Handler, Page> = Handler extends (...args: never) => infer Returned
  ? ItemsReturned<Awaited<Returned>> | ItemsLeft<Awaited<Returned>, Page>
  : Record<string, Json>;

type ItemsReturned<Result> = Result extends { items?: (infer Item)[] | undefined } ? Item : never;

type ItemsLeft<Result, Page> =
  undefined extends ItemsKey<Result>
    ? Page extends { fields: infer Fields }
      ? ValuesOf<Fields>
      : never
    : never;

type ItemsKey<Result> = Result extends Pick<Required<HandlerResult>, 'items'> ? Result['items'] : undefined;

/** The values of a set of fields. */
export type ValuesOf<Fields> = { -readonly [Name in keyof Fields]: ValueOf<Fields[Name]> };

/** `null` where the page has no value; a required field has a value in every complete item. */
type ValueOf<Field> = Field extends { constant: infer Constant }
  ? Constant
  : Field extends { list: true }
    ? ListOf<Field>
    : Field extends { required: true }
      ? Single<Field>
      : Field extends { default: infer Default extends Exclude<Json, object> }
        ? Single<Field> | Default
        : Single<Field> | null;

/** An entry for each element: null where it is empty or cannot be read. */
type ListOf<Field> = Field extends { fields: unknown } ? Single<Field>[] : (Single<Field> | null)[];

/** Whole numbers beyond 2^53 are text, with all digits: docs/jobs.md, "Fields". */
type Single<Field> = Field extends { fields: infer Inner }
  ? Field extends { table: 'rows' }
    ? ValuesOf<Inner>[]
    : ValuesOf<Inner>
  : Field extends { table: 'rows' }
    ? Record<string, string | null>[]
    : Field extends { table: 'pairs' }
      ? Record<string, string | null>
      : Field extends { page: 'status' | 'depth' }
        ? number
        : Field extends { article: true | readonly ArticlePart[] }
          ? ArticleValues<Field['article']>
          : Field extends { transform: unknown }
            ? Json
            : Field extends { type: infer Type extends FieldType }
              ? ValueByType[Type]
              : Field extends { structured: infer Syntaxes }
                ? StructuredData<Syntaxes>
                : Field extends { regex: string }
                  ? string
                  : Field extends DataField | { from: unknown }
                    ? Json
                    : string;

type DataKey = 'path' | 'script' | Exclude<GraphPlace, 'og'>;

/** A field of data, whose values may be of any kind; those of Open Graph are texts. */
type DataField = { [Key in DataKey]: Record<Key, string> }[DataKey];

type StructuredData<Syntaxes> = {
  [Name in Syntaxes extends readonly (infer One extends Syntax)[] ? One : Syntax]: DataBySyntax[Name];
};

/** docs/from-extruct.md has an example of each. */
interface DataBySyntax {
  jsonld: Record<string, Json>[];
  microdata: Record<string, Json>[];
  rdfa: Record<string, Json>[];
  opengraph: Record<string, Json>;
  twitter: Record<string, Json>;
  meta: Record<string, Json>;
}

/** Of an article's parts those that are asked for; null where the page has no such part. */
type ArticleValues<Choice> = {
  [Part in Choice extends readonly (infer Named extends ArticlePart)[]
    ? Named
    : ArticlePart]: ValueOfPart<Part> | null;
};

type ValueOfPart<Part> = Part extends 'wordCount' ? number : string;

/** The value of a field, by its type. */
interface ValueByType {
  string: string;
  number: number;
  integer: number;
  quantity: { value: number; unit: string | null };
  boolean: boolean;
  /** ISO 8601. */
  date: string;
  /** An absolute URL. */
  url: string;
}
