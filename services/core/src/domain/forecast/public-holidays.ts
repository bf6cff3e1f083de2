import { DAY } from '../../clock.ts';
import { easterOf } from './easter.ts';

/**
 * Days that are free in all of a country, or nearly: by date, by days from Easter Sunday (`E+39`), or by their place in the
 * month (`5/1mon` the first Monday of May, `5/-1mon` the last). Regional days are learned from the year before.
 */
const HOLIDAYS: Readonly<Record<string, string>> = {
  AT: '01-01 01-06 E+1 05-01 E+39 E+50 E+60 08-15 10-26 11-01 12-08 12-25 12-26',
  AU: '01-01 01-26 E-2 E+1 04-25 12-25 12-26',
  BE: '01-01 E+1 05-01 E+39 E+50 07-21 08-15 11-01 11-11 12-25',
  BR: '01-01 E-48 E-47 E-2 04-21 05-01 09-07 10-12 11-02 11-15 11-20 12-25',
  CA: '01-01 E-2 07-01 9/1mon 10/2mon 12-25 12-26',
  CH: '01-01 E-2 E+1 E+39 E+50 08-01 12-25 12-26',
  CZ: '01-01 E-2 E+1 05-01 05-08 07-05 07-06 09-28 10-28 11-17 12-24 12-25 12-26',
  DE: '01-01 E-2 E+1 05-01 E+39 E+50 10-03 12-25 12-26',
  DK: '01-01 E-3 E-2 E+1 E+39 E+50 12-24 12-25 12-26',
  ES: '01-01 01-06 E-2 05-01 08-15 10-12 11-01 12-06 12-08 12-25',
  FI: '01-01 01-06 E-2 E+1 05-01 E+39 12-06 12-24 12-25 12-26',
  FR: '01-01 E+1 05-01 05-08 E+39 E+50 07-14 08-15 11-01 11-11 12-25',
  GB: '01-01 E-2 E+1 5/1mon 5/-1mon 8/-1mon 12-25 12-26',
  IE: '01-01 2/1mon 03-17 E+1 5/1mon 6/1mon 8/1mon 10/-1mon 12-25 12-26',
  IT: '01-01 01-06 E+1 04-25 05-01 06-02 08-15 11-01 12-08 12-25 12-26',
  LU: '01-01 E+1 05-01 05-09 E+39 E+50 06-23 08-15 11-01 12-25 12-26',
  NL: '01-01 E+1 04-27 E+39 E+50 12-25 12-26',
  NO: '01-01 E-3 E-2 E+1 05-01 05-17 E+39 E+50 12-25 12-26',
  NZ: '01-01 01-02 02-06 E-2 E+1 04-25 10/4mon 12-25 12-26',
  PL: '01-01 01-06 E+1 05-01 05-03 E+60 08-15 11-01 11-11 12-24 12-25 12-26',
  PT: '01-01 E-2 04-25 05-01 E+60 06-10 08-15 10-05 11-01 12-01 12-08 12-25',
  SE: '01-01 01-06 E-2 E+1 05-01 E+39 06-06 12-24 12-25 12-26',
  US: '01-01 1/3mon 5/-1mon 06-19 07-04 9/1mon 11/4thu 12-25',
};
/** Nearly everywhere as quiet as a Sunday, where Sundays are quiet. */
const EVERYWHERE = '01-01 12-25 12-26';

const COUNTRIES: Readonly<Record<string, string>> = {
  'Europe/Vienna': 'AT',
  'Europe/Brussels': 'BE',
  'Europe/Zurich': 'CH',
  'Europe/Prague': 'CZ',
  'Europe/Berlin': 'DE',
  'Europe/Copenhagen': 'DK',
  'Europe/Madrid': 'ES',
  'Europe/Helsinki': 'FI',
  'Europe/Paris': 'FR',
  'Europe/London': 'GB',
  'Europe/Dublin': 'IE',
  'Europe/Rome': 'IT',
  'Europe/Luxembourg': 'LU',
  'Europe/Amsterdam': 'NL',
  'Europe/Oslo': 'NO',
  'Europe/Warsaw': 'PL',
  'Europe/Lisbon': 'PT',
  'Europe/Stockholm': 'SE',
  'Australia/Sydney': 'AU',
  'Australia/Melbourne': 'AU',
  'Australia/Brisbane': 'AU',
  'Australia/Adelaide': 'AU',
  'Australia/Perth': 'AU',
  'Pacific/Auckland': 'NZ',
  'America/Sao_Paulo': 'BR',
  'America/Toronto': 'CA',
  'America/Vancouver': 'CA',
  'America/Edmonton': 'CA',
  'America/Winnipeg': 'CA',
  'America/Halifax': 'CA',
  'America/New_York': 'US',
  'America/Chicago': 'US',
  'America/Denver': 'US',
  'America/Phoenix': 'US',
  'America/Los_Angeles': 'US',
  'America/Anchorage': 'US',
  'America/Detroit': 'US',
  'Pacific/Honolulu': 'US',
};
const WEEKDAYS = ['mon', 'tue', 'wed', 'thu', 'fri', 'sat', 'sun'];

/** Whether a day, `YYYY-MM-DD`, is a public holiday where clocks show that zone's time, as far as that is one country. */
export function isPublicHoliday(date: string, timeZone: string): boolean {
  const time = Date.parse(date);
  const fromEaster = Math.round((time - easterOf(Number(date.slice(0, 4)))) / DAY);
  const [month, day] = [Number(date.slice(5, 7)), Number(date.slice(8))];
  const weekday = WEEKDAYS[(new Date(time).getUTCDay() + 6) % 7];
  const isLast = new Date(time + 7 * DAY).getUTCMonth() + 1 !== month;
  const names = [
    date.slice(5),
    `E${fromEaster < 0 ? '' : '+'}${fromEaster}`,
    `${month}/${Math.ceil(day / 7)}${weekday}`,
    ...(isLast ? [`${month}/-1${weekday}`] : []),
  ];
  const own = (HOLIDAYS[COUNTRIES[timeZone] ?? ''] ?? EVERYWHERE).split(' ');
  return names.some((name) => own.includes(name));
}
