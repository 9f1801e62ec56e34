/** Where the phone is, if it says so within a few seconds; "not known" is an answer too. */

const PATIENCE_MS = 6_000;

export interface Place {
  position: { lat: number; lon: number };
  accuracy_m: number;
}

export function here(): Promise<Place | null> {
  return new Promise((tell) => {
    if (!navigator.geolocation) return tell(null);
    const late = setTimeout(() => tell(null), PATIENCE_MS + 500);
    const done = (place: Place | null) => {
      clearTimeout(late);
      tell(place);
    };
    navigator.geolocation.getCurrentPosition(
      ({ coords }) => done({ position: { lat: coords.latitude, lon: coords.longitude }, accuracy_m: coords.accuracy }),
      () => done(null),
      { enableHighAccuracy: true, timeout: PATIENCE_MS, maximumAge: 15_000 },
    );
  });
}
