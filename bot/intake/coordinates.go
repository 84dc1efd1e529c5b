package intake

import (
	"strings"

	"frontdesk/bot/directory"
)

// coordinates reads the middles of communes: code, lat, lon.
func (r *run) coordinates(files []File) ([]byte, error) {
	var all []directory.Centre
	seen := map[string]int{}
	err := r.each(files, func(rec *record) {
		c := directory.Centre{Commune: rec.code("code", rec.first("code", "code_insee", "insee", "code_commune"))}
		at := rec.point(either(rec, "lat", "latitude"), either(rec, "lon", "longitude"))
		switch {
		case rec.refused != "":
		case c.Commune == "" || at == nil:
			rec.refuse("il faut les colonnes code, lat et lon, remplies")
		case !inFrance(c.Commune, *at):
			rec.refuse("le point %v, %v n'est pas en France ; lat et lon sont peut-être échangés", at.Lat, at.Lon)
		case !r.served(directory.Area(c.Commune, "")), r.commune(rec, c.Commune) != c.Commune: // elsewhere, or part of another today
			rec.aside = true
		case unique(seen, rec, c.Commune):
			c.Point = *at
			all = append(all, c)
		}
	})
	if err != nil {
		return nil, err
	}
	return sorted(directory.Coordinates, all, func(a, b *directory.Centre) int { return strings.Compare(a.Commune, b.Commune) })
}

// inFrance says whether a point can be in a commune: those overseas are all over the globe, the others
// between Dunkerque and Bonifacio, Ouessant and Bastia.
func inFrance(commune string, at directory.Point) bool {
	return strings.HasPrefix(commune, "97") || strings.HasPrefix(commune, "98") ||
		at.Lat > 41 && at.Lat < 51.5 && at.Lon > -5.5 && at.Lon < 10
}

// either is the name that the record uses.
func either(rec *record, name, other string) string {
	if rec.has(other) && !rec.has(name) {
		return other
	}
	return name
}
