// Command communes writes the table of communes that package place carries. It fetches nothing.
//
//	npm pack @etalab/decoupage-administratif@6.0.0
//	go run ./cmd/communes etalab-decoupage-administratif-6.0.0.tgz bot/place/communes.bin
//
// The data are under the Licence Ouverte; the table's first line names their publisher.
package main

import (
	"archive/tar"
	"compress/gzip"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"path"
	"strings"

	"frontdesk/bot/place"
)

func main() {
	if len(os.Args) != 3 {
		fmt.Fprintln(os.Stderr, "usage: communes PACKAGE.tgz OUT")
		os.Exit(2)
	}
	if err := run(os.Args[1], os.Args[2]); err != nil {
		fmt.Fprintln(os.Stderr, "communes:", err)
		os.Exit(1)
	}
}

func run(from, to string) error {
	src, err := read(from)
	if err != nil {
		return fmt.Errorf("read %s: %w", from, err)
	}
	packed, err := place.Pack(src)
	if err != nil {
		return err
	}
	return os.WriteFile(to, []byte(packed), 0o644)
}

// entry is a record of one of the package's files.
type entry struct {
	Code, Nom, Type, Departement, Region string
	ChefLieu                             string // of a part: the commune it belongs to
	Commune                              string // of an arrondissement: its town
	CodesPostaux                         []string
	Population                           int
}

// read takes what the table needs out of the package.
func read(file string) (place.Source, error) {
	var src place.Source
	f, err := os.Open(file)
	if err != nil {
		return src, err
	}
	defer f.Close()
	unzipped, err := gzip.NewReader(f)
	if err != nil {
		return src, err
	}
	for files := tar.NewReader(unzipped); ; {
		head, err := files.Next()
		if errors.Is(err, io.EOF) {
			break
		}
		if err == nil {
			err = add(&src, path.Base(head.Name), files)
		}
		if err != nil {
			return src, err
		}
	}
	if len(src.Communes) == 0 || len(src.Regions) == 0 || len(src.Departements) == 0 || src.Attribution == "" {
		return src, errors.New("communes.json, departements.json, regions.json or package.json is not in it")
	}
	return src, nil
}

// add takes one file of the package.
func add(src *place.Source, name string, r io.Reader) error {
	if name == "package.json" {
		var p struct{ Name, Version string }
		err := json.NewDecoder(r).Decode(&p)
		src.Attribution = fmt.Sprintf("%s %s, Etalab : INSEE (Code officiel géographique, populations légales), La Poste (codes postaux). Licence Ouverte 2.0.", p.Name, p.Version)
		return err
	}
	if name != "communes.json" && name != "departements.json" && name != "regions.json" {
		return nil
	}
	var all []entry
	if err := json.NewDecoder(r).Decode(&all); err != nil {
		return fmt.Errorf("%s: %w", name, err)
	}
	for _, e := range all {
		switch name {
		case "regions.json":
			src.Regions = append(src.Regions, place.SourceArea{Code: e.Code, Name: e.Nom})
		case "departements.json":
			src.Departements = append(src.Departements, place.SourceArea{Code: e.Code, Region: e.Region, Name: e.Nom})
		default:
			src.Communes = append(src.Communes, commune(e))
		}
	}
	return nil
}

// commune is one record of communes.json.
func commune(e entry) place.SourceCommune {
	return place.SourceCommune{
		Code: e.Code, Name: strings.TrimSuffix(e.Nom, " Arrondissement"), Departement: e.Departement, Into: e.ChefLieu + e.Commune,
		Arrondissement: e.Type == "arrondissement-municipal", Postcodes: e.CodesPostaux, Population: e.Population,
	}
}
