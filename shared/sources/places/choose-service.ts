import { apiService } from './api/api-service.ts';
import { listingService } from './listing/listing-service.ts';
import type { PlacesPlan } from './plan.ts';
import type { PlaceService } from './service.ts';

export function serviceOf({ source }: PlacesPlan): PlaceService {
  return source.source === 'google-places' ? apiService : listingService;
}
