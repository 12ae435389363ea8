/** The script of the page: choices, and the trial that the address names. */

import type { PageData } from '../page-data.ts';
import { followAddress } from './address.ts';
import { followChoices } from './choices.ts';
import { byId } from './realize.ts';

// We wrote it ourselves: it is what `pageData` made.
const data = JSON.parse(byId('page-data').textContent) as PageData;
followChoices(data);
followAddress(data);
