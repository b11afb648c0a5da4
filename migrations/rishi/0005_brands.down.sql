DROP TABLE brand_locations;
DROP TABLE brands;
